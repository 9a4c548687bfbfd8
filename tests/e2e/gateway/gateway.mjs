// The real wechaty puppet service (gRPC) over the wechaty mock puppet, and a loop-back HTTP port
// through which a test speaks as the family and sees what the bot sent. Nothing speaks to WeChat.
//
// Environment: GRPC (host:port), TOKEN. Prints one line of JSON when it is ready: {"control": port}
// POST /say    {who, room?, text?, file?: {name, base64}, mention?: [id], kind?, id?, at?} -> {id}
// POST /again  {id}              the same message is delivered once more
// POST /room   {id, topic, members}
// POST /alias  {room, who, name} what somebody calls themselves there
// POST /ids    {give}            whether sends answer with a message id, as most puppets' do not
// POST /error  {text} · /login · /logout
// POST /fresh                    what was sent and set before is forgotten
// GET  /sent?after=N             what the bot sent, waiting until there are more than N
import { createHash, randomUUID } from 'node:crypto'
import http from 'node:http'
import { FileBox } from 'file-box'
import { types } from 'wechaty-puppet'
import { PuppetMock, mock } from 'wechaty-puppet-mock'
import { PuppetServer } from 'wechaty-puppet-service'

const sent = []
const waiting = new Set()
const aliases = new Map()
let giveIds = true

function note (what) {
  sent.push(what)
  for (const wake of [...waiting]) wake()
}

// PuppetMock answers every picture with a QR code, no send with an id, and knows no alias in a room
class FamilyPuppet extends PuppetMock {
  async messageImage (id) { return this.messageFile(id) }

  async roomMemberRawPayload (room, contact) {
    const payload = await super.roomMemberRawPayload(room, contact)
    return { ...payload, roomAlias: aliases.get(`${room} ${contact}`) ?? '' }
  }

  async messageSendText (to, text) {
    const id = await this.#send(to, text)
    note({ kind: 'text', to, text, id })
    return giveIds ? id : undefined
  }

  async messageSendFile (to, file) {
    const bytes = await file.toBuffer()
    const id = await this.#send(to, FileBox.fromBase64(bytes.toString('base64'), file.name))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const type = this.mocker.messagePayload(id).type
    note({ kind: 'file', to, name: file.name, size: bytes.length, sha256, type, id })
    return giveIds ? id : undefined
  }

  async #send (to, what) {
    let id
    this.once('message', payload => { id = payload.messageId })
    await this._messageSend(to, what)
    return id
  }
}

const mocker = new mock.Mocker()
const puppet = new FamilyPuppet({ mocker })
puppet.on('error', () => {}) // emit('error') without a listener would end this process

const bot = mocker.createContact({ id: 'wxid_bot', name: '小爱' })
const people = { bot, mum: mocker.createContact({ id: 'wxid_mum', name: '妈妈' }),
  dad: mocker.createContact({ id: 'wxid_dad', name: '爸爸' }) }
const members = Object.values(people).map(it => it.id)
mocker.createRoom({ id: 'family@chatroom', topic: '幸福一家人', memberIdList: members,
  ownerId: people.mum.id, adminIdList: [] })
mocker.use(() => { if (!puppet.isLoggedIn && !process.env.LOGGED_OUT) mocker.login(bot); return () => {} })

function say ({ who = 'mum', room, text, file, mention = [], kind, id = randomUUID(), at }) {
  const payload = { id, talkerId: people[who].id, timestamp: at ?? Date.now(),
    type: kind ?? (file ? types.Message.Image : types.Message.Text), text: text ?? '',
    filename: file?.name, ...(room ? { roomId: room, mentionIdList: mention } : { listenerId: bot.id }) }
  if (file) mocker.cacheFileBoxPayload.set(id, FileBox.fromBase64(file.base64, file.name).toJSON())
  mocker.MessageMock.create(payload)
  puppet.emit('message', { messageId: id })
  return { id }
}

async function later (after) {
  if (sent.length <= after) {
    await new Promise(resolve => {
      const wake = () => { waiting.delete(wake); resolve() }
      waiting.add(wake)
    })
  }
  return sent.slice(after)
}

const commands = {
  say,
  again: ({ id }) => { puppet.emit('message', { messageId: id }); return {} },
  room: ({ id, topic }) => {
    mocker.createRoom({ id, topic, memberIdList: members, ownerId: people.mum.id, adminIdList: [] })
    return {}
  },
  alias: ({ room, who, name }) => { aliases.set(`${room} ${people[who].id}`, name); return {} },
  ids: ({ give }) => { giveIds = give; return {} },
  error: ({ text }) => { puppet.emit('error', new Error(text)); return {} },
  fresh: () => { sent.length = 0; aliases.clear(); giveIds = true; return {} },
  login: () => { mocker.login(bot); return {} },
  logout: async () => { await puppet.logout('a test'); return {} },
  scan: ({ url }) => { puppet.emit('scan', { qrcode: url, status: types.ScanStatus.Waiting }); return {} },
}

async function body (request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return parts.length ? JSON.parse(Buffer.concat(parts).toString('utf8')) : {}
}

const control = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://control')
  const name = url.pathname.slice(1)
  try {
    const answer = name === 'sent'
      ? await later(Number(url.searchParams.get('after')))
      : await commands[name](await body(request))
    response.end(JSON.stringify(answer))
  } catch (error) {
    response.writeHead(500).end(String(error.stack))
  }
})
control.keepAliveTimeout = 0 // a connection that is kept is never closed under the test's hands

const server = new PuppetServer({ endpoint: process.env.GRPC, puppet, token: process.env.TOKEN,
  tls: { disable: true } })
await server.start()
control.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ control: control.address().port })))
process.on('SIGTERM', () => process.exit(0))
process.stdin.on('end', () => process.exit(0)).resume() // whoever started us has gone
