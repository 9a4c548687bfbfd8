// A gateway over the web protocol of WeChat (wechaty-puppet-wechat4u): unofficial, see README.md.
import { MemoryCard } from 'memory-card'
import { PuppetWechat4u } from 'wechaty-puppet-wechat4u'
import { serve } from './serve.mjs'

process.umask(0o077) // the login is kept in wechat.memory-card.json, for this user alone
const puppet = new PuppetWechat4u({ uos: true })
puppet.setMemory(new MemoryCard('wechat'))
await serve(puppet)
