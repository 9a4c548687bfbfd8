// The composer. A message keeps its id until the server has taken it, so that a second click, or a
// second try after a lost connection, is the same message.
const KEPT = "qunying";

const newId = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  // pages opened over plain http from another machine have no randomUUID
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const SEND = "M3.4 20.4 21 12 3.4 3.6 3.4 10.1 15 12 3.4 13.9z";

export default {
  props: { members: Array, her: String, url: String, maxBytes: Number },
  emits: ["member", "said"],
  data() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "{}");
    const names = this.members.map((m) => m.name);
    return {
      me: names.includes(kept.me) ? kept.me : names[0],
      text: kept.text || "",
      id: null,
      photo: null,
      preview: "",
      quoted: null,
      sending: false,
      note: "",
      send_icon: SEND,
    };
  },
  computed: {
    ready() {
      return !this.sending && (this.text.trim() !== "" || this.photo !== null);
    },
  },
  watch: {
    text() {
      this.changed();
      this.$nextTick(this.grow);
    },
    me: "keep",
  },
  mounted() {
    this.$emit("member", this.me);
    this.grow();
  },
  beforeUnmount() {
    this.dropPhoto();
  },
  methods: {
    changed() {
      this.id = null; // other words are another message
      this.keep();
    },
    keep() {
      sessionStorage.setItem(KEPT, JSON.stringify({ me: this.me, text: this.text }));
    },
    speakAs(name) {
      this.me = name;
      this.id = null;
      this.$emit("member", name);
    },
    grow() {
      const box = this.$refs.text;
      box.style.height = "auto";
      box.style.height = `${Math.min(box.scrollHeight, 132)}px`;
    },
    enter(event) {
      // Enter that ends a pinyin word belongs to the input method; keyCode 229 is how Safari says so
      if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.send();
    },
    mention() {
      const at = `@${this.her} `;
      if (!this.text.includes(at.trim())) this.text = at + this.text;
      this.$refs.text.focus();
    },
    quote(id, name, text) {
      this.quoted = { id, name, text };
      this.id = null;
      this.$refs.text.focus();
    },
    propose(text) {
      this.text = text;
      this.$nextTick(this.send);
    },
    pick(event) {
      this.take(event.target.files[0]);
      event.target.value = "";
    },
    pasted(event) {
      const file = [...(event.clipboardData?.files || [])].find((f) => f.type.startsWith("image/"));
      if (!file) return;
      event.preventDefault();
      this.take(file);
    },
    take(file) {
      if (!file) return;
      if (file.size > this.maxBytes) return this.say("这张照片太大了，换一张小一点的吧。");
      this.dropPhoto();
      this.photo = file;
      this.preview = URL.createObjectURL(file);
      this.id = null;
      this.$refs.text.focus();
    },
    broken() {
      this.dropPhoto();
      this.say("这个文件我打不开，换一张照片试试。");
    },
    dropPhoto() {
      if (this.preview) URL.revokeObjectURL(this.preview);
      this.photo = null;
      this.preview = "";
      this.id = null;
    },
    say(note) {
      this.note = note;
      clearTimeout(this.fading);
      this.fading = setTimeout(() => (this.note = ""), 5000);
    },
    form() {
      const form = new FormData();
      form.append("id", (this.id ||= newId()));
      form.append("member", this.me);
      form.append("text", this.text);
      if (this.quoted) form.append("quote", this.quoted.id);
      if (this.photo) form.append("photo", this.photo);
      return form;
    },
    async send() {
      if (!this.ready) return;
      this.sending = true;
      try {
        const answer = await fetch(this.url, {
          method: "POST",
          body: this.form(),
          headers: { "X-Qunying": "page" },
          signal: AbortSignal.timeout(30000),
        });
        if (answer.ok) this.sent();
        else this.refused(answer.status, (await answer.json()).say);
      } catch {
        this.say("没连上，你的话还在，等一下再发。");
      } finally {
        this.sending = false;
      }
    },
    sent() {
      this.note = "";
      this.text = "";
      this.quoted = null;
      this.dropPhoto();
      this.$refs.text.focus();
      this.$emit("said");
    },
    refused(status, say) {
      if (status < 500) this.id = null; // it was certainly not taken
      if (status === 415) this.dropPhoto();
      this.say(say || "没发出去，等一下再试。");
    },
  },
  template: `
<form class="composer" @submit.prevent="send" aria-label="发消息">
  <p v-if="note" class="note" role="alert">{{ note }}</p>
  <div class="speakers">
    <div class="members" role="radiogroup" aria-label="用谁的身份说话">
      <button v-for="m in members" :key="m.name" type="button" role="radio" class="member"
        :class="{ chosen: m.name === me }" :aria-checked="m.name === me" @click="speakAs(m.name)">
        <span class="avatar small" :style="{ background: m.colour }" aria-hidden="true">{{ m.initial }}</span>
        {{ m.name }}
      </button>
    </div>
    <button type="button" class="mention" @click="mention">@{{ her }}</button>
  </div>
  <div v-if="quoted" class="quoted">
    <span>{{ quoted.name }}：{{ quoted.text }}</span>
    <button type="button" class="drop" aria-label="取消引用" @click="quoted = null">×</button>
  </div>
  <div v-if="photo" class="preview">
    <img :src="preview" alt="要发的照片" @error="broken" />
    <button type="button" class="drop" aria-label="不发这张照片" @click="dropPhoto">×</button>
  </div>
  <div class="entry">
    <label class="pick" title="发照片">
      <input type="file" accept="image/jpeg,image/png,image/webp" aria-label="发照片" @change="pick" />
      <svg viewBox="0 0 24 24" aria-hidden="true"><rect x="3" y="5" width="18" height="14" rx="3"/>
        <circle cx="8.5" cy="10" r="1.6"/><path d="m4 17 5-4.5 3.5 3 4-4.5L20.5 15"/></svg>
    </label>
    <textarea ref="text" v-model="text" rows="1" enterkeyhint="send"
      aria-label="消息" :placeholder="'用' + me + '的身份说点什么…'"
      @keydown.enter="enter" @paste="pasted"></textarea>
    <button type="submit" class="send" aria-label="发送" :disabled="!ready">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path :d="send_icon"/></svg>
    </button>
  </div>
</form>`,
};
