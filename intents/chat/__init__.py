"""聊天: everything that is no other intent."""
