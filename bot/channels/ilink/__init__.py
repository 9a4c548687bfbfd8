"""Tencent's official bot API for personal WeChat: private chats, one login for each member."""
