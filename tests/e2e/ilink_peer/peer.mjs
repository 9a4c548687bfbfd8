// Tencent's own client (npm @tencent-weixin/openclaw-weixin) against our stand-in for its server.
// node peer.mjs BASE_URL CLIP PICTURE: logs in, hears a text and a photo, shows typing, sends text,
// clip and picture, is refused once; prints the code to scan and then what it saw, as JSON lines.
import { createHash } from 'node:crypto'

const [base, clip, picture] = process.argv.slice(2)
const their = 'https://ilinkai.weixin.qq.com'
const plainFetch = globalThis.fetch
globalThis.fetch = (url, options) => plainFetch(String(url).replace(their, base), options)
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = () => true // their client talks to its own terminal
const tell = (what) => write(`${JSON.stringify(what)}\n`)
const sha = (bytes) => createHash('sha256').update(bytes).digest('hex')

const dist = '@tencent-weixin/openclaw-weixin/dist/src'
const api = await import(`${dist}/api/api.js`)
const qr = await import(`${dist}/auth/login-qr.js`)
const { sendMessageWeixin } = await import(`${dist}/messaging/send.js`)
const { sendWeixinMediaFile } = await import(`${dist}/messaging/send-media.js`)
const { downloadMediaFromItem } = await import(`${dist}/media/media-download.js`)

const start = await qr.startWeixinLoginWithQr({ apiBaseUrl: base })
tell({ scan: start.qrcodeUrl })
const login = await qr.waitForWeixinLogin({ sessionKey: start.sessionKey, apiBaseUrl: base })
const way = { baseUrl: login.baseUrl, token: login.botToken }
await api.notifyStart(way)

const { msgs } = await api.getUpdates({ ...way, get_updates_buf: '' })
const [asked, shown] = msgs
const cdnBaseUrl = `${base}/c2c`
let photo
await downloadMediaFromItem(shown.item_list[0], {
  cdnBaseUrl, label: 'photo', log: () => {}, errLog: () => {},
  saveMedia: async (bytes) => { photo = bytes; return { path: 'nowhere' } },
})

const to = asked.from_user_id
const opts = { ...way, contextToken: asked.context_token }
const { typing_ticket } = await api.getConfig({
  ...way, ilinkUserId: to, contextToken: asked.context_token,
})
for (const status of [1, 2]) {
  await api.sendTyping({ ...way, body: { ilink_user_id: to, typing_ticket, status } })
}
const said = await sendMessageWeixin({ to, text: '好嘞，在拍了。', opts })
await sendWeixinMediaFile({ filePath: clip, to, text: '', cdnBaseUrl, opts })
await sendWeixinMediaFile({ filePath: picture, to, text: '', cdnBaseUrl, opts })
let refused = ''
await sendMessageWeixin({ to, text: '还在吗', opts: { ...opts, contextToken: 'stale' } })
  .catch((error) => { refused = error.message })
await api.notifyStop(way)
tell({
  heard: [asked.item_list[0].text_item.text, asked.message_id, sha(photo)],
  answered: Boolean(said.serverMessageId),
  refused: refused.includes('ret=-2'),
})
