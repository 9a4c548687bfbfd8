"""A WeCom AI bot (智能机器人) over its long connection: @ in internal groups, and single chats.

door ──▶ channel ──▶ link (one connection) ──▶ frames (what travels on it)
            ├──▶ hearing   a callback becomes a Turn       media   photos in, decrypted
            └──▶ address   where an answer goes            upload  clips and pictures out

The protocol is that of the official SDKs (wecom-aibot-python-sdk 1.0.2, @wecom/aibot-node-sdk
1.0.7) and of document 101463 of 2026-04-01. Its rules, as far as they bind us:
one connection a bot, a newer one ends the older; a ping every 30 s; a callback may be answered
for 24 h on the connection it came by; a chat that has spoken may be sent to at any time; 30
messages a minute and 1000 an hour for each chat; a file's address lives five minutes.
"""
