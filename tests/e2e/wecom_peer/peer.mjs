// A bot on WeCom's own SDK that answers as the test wants our channel to answer.
// argv: wsUrl, bot id, secret, a clip. It prints one JSON line for each thing that it saw.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { WSClient, generateReqId } from '@wecom/aibot-node-sdk'

const [wsUrl, botId, secret, clip] = process.argv.slice(2)
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const sum = (data) => createHash('sha256').update(data).digest('hex')
const silent = { debug() {}, info() {}, warn() {}, error() {} }

const bot = new WSClient({
  botId, secret, wsUrl, reconnectInterval: 50, maxReconnectAttempts: -1,
  maxAuthFailureAttempts: 1, logger: silent,
})

const answer = (frame, text) => bot.replyStream(frame, generateReqId('stream'), text, true)
const upload = async () => {
  const file = { type: 'video', filename: 'clip.mp4' }
  return (await bot.uploadMedia(readFileSync(clip), file)).media_id
}

bot.on('authenticated', () => tell({ saw: 'up' }))
bot.on('error', (error) => tell({ saw: 'error', text: error.message }))
bot.on('event.disconnected_event', () => tell({ saw: 'kicked' }))
bot.on('message.text', async (frame) => {
  const { text, from, chatid, chattype } = frame.body
  tell({ saw: 'text', text: text.content, from: from.userid, chattype })
  await answer(frame, '好嘞，正在拍。')
  if (text.content.includes('慢慢')) await bot.sendMediaMessage(chatid, 'video', await upload())
  else if (text.content.includes('拍')) await bot.replyMedia(frame, 'video', await upload())
})
bot.on('message.image', async (frame) => {
  const { image } = frame.body
  tell({ saw: 'photo', sum: sum((await bot.downloadFile(image.url, image.aeskey)).buffer) })
})

bot.connect()
