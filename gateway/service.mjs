// A gateway over a puppet service that was bought elsewhere: its token in PUPPET_TOKEN.
import { PuppetService } from 'wechaty-puppet-service'
import { serve, stop } from './serve.mjs'

if (!process.env.PUPPET_TOKEN) stop('先设好 PUPPET_TOKEN：从服务商那里买来的口令')
await serve(new PuppetService({ token: process.env.PUPPET_TOKEN }))
