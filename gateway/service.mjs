// A gateway over a puppet service that was bought elsewhere: its token in PUPPET_TOKEN.
import { FileBox } from 'file-box'
import { PuppetService } from 'wechaty-puppet-service'
import { serve, stop } from './serve.mjs'

// A file is known by its UUID to one service only: on the way through it has to be the file itself.
const whole = async box => FileBox.fromBuffer(await box.toBuffer(), box.name)

class Relay extends PuppetService {
  async messageImage (id, type) { return whole(await super.messageImage(id, type)) }
  async messageFile (id) { return whole(await super.messageFile(id)) }
  async messageSendFile (to, box) { return super.messageSendFile(to, await whole(box)) }
}

if (!process.env.PUPPET_TOKEN) stop('先设好 PUPPET_TOKEN：从服务商那里买来的口令')
await serve(new Relay({ token: process.env.PUPPET_TOKEN }))
