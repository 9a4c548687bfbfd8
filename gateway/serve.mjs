// What both gateways share: one puppet served on this machine alone, its QR code, its troubles.
import QRCode from 'qrcode'
import { PuppetServer } from 'wechaty-puppet-service'

export function stop (why) {
  console.error(why)
  process.exit(1)
}

export async function serve (puppet) {
  const token = process.env.WECHATY_PUPPET_SERVICE_TOKEN
  const endpoint = process.env.GATEWAY_ENDPOINT ?? '127.0.0.1:18788'
  if (!token) stop('先设好 WECHATY_PUPPET_SERVICE_TOKEN，和群影用的一样')
  puppet.on('scan', async ({ qrcode }) => {
    if (qrcode) console.log(await QRCode.toString(qrcode, { type: 'terminal', small: true }), qrcode)
  })
  puppet.on('login', ({ contactId }) => console.log('登录了', contactId))
  puppet.on('logout', () => console.log('微信退出登录了'))
  let last
  puppet.on('error', error => {
    const line = String(JSON.parse(error.gerror ?? '{}').details ?? error.message).split('\n')[0]
    if (line !== last) console.error('微信那边出错了：', last = line)
  })
  await new PuppetServer({ endpoint, puppet, token, tls: { disable: true } }).start()
  console.log('网关在', endpoint)
  // a file that is gone makes file-box raise where nobody can catch it; the gateway lives on
  process.on('uncaughtException', error => console.error('出错了：', error.message))
}
