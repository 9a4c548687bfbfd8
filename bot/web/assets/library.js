// The clip library: everything she has sent, found again. More comes when the end is scrolled to.
import { ask } from "qunying";

const PAUSE_MS = 250; // between the last letter and the search
const nothing = () => ({ words: "", person: "", channel: "", since: "", until: "" });

export default {
  props: { url: String },
  data: () => ({
    search: nothing(),
    pieces: [],
    found: 0,
    people: [],
    channels: [],
    loaded: false,
    busy: false,
    playing: 0,
    asked: 0,
    told: "",
    trouble: "",
    large: "",
    resending: 0,
  }),
  computed: {
    more() {
      return this.pieces.length < this.found;
    },
    narrowed() {
      return Object.values(this.search).some((value) => value !== "");
    },
    several() {
      return this.channels.length > 1;
    },
  },
  watch: {
    search: { handler: "soon", deep: true },
  },
  mounted() {
    window.addEventListener("qunying-view", this.seen);
    this.ends = new IntersectionObserver((seen) => {
      if (seen.some((it) => it.isIntersecting) && this.more && !this.busy && this.here) this.load();
    });
    this.ends.observe(this.$refs.end);
  },
  beforeUnmount() {
    window.removeEventListener("qunying-view", this.seen);
    clearTimeout(this.waiting);
    clearTimeout(this.fading);
    this.ends.disconnect();
  },
  methods: {
    seen(event) {
      this.here = event.detail === "library";
      if (this.here) this.loaded ? this.freshen() : this.refresh();
    },
    soon() {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.refresh(), PAUSE_MS);
    },
    refresh() {
      return this.load(true);
    },
    // back in this view: what is new goes on top, what was being looked at stays
    async freshen() {
      const page = await this.ask(`?${this.query()}`);
      if (!page) return;
      const newest = this.pieces[0]?.n || 0;
      this.pieces = [...page.pieces.filter((piece) => piece.n > newest), ...this.pieces];
      this.count(page);
    },
    query() {
      return new URLSearchParams(Object.entries(this.search).filter(([, value]) => value !== ""));
    },
    count(page) {
      this.found = page.found;
      this.people = page.people;
      this.channels = page.channels;
    },
    async load(anew = false) {
      const turn = ++this.asked; // an answer that comes too late is not shown
      this.busy = true;
      const query = this.query();
      if (!anew && this.pieces.length) query.set("before", this.pieces.at(-1).n);
      const page = await this.ask(`?${query}`);
      if (turn !== this.asked) return;
      this.busy = false;
      if (!page) return;
      this.pieces = anew ? page.pieces : [...this.pieces, ...page.pieces];
      this.count(page);
      this.loaded = true;
    },
    play(piece) {
      if (piece.kind === "photo") {
        this.large = piece.url;
        this.$refs.lightbox.showModal();
        return;
      }
      this.playing = piece.n;
      this.$nextTick(() => this.$el.querySelector(".piece video")?.focus());
    },
    async again(piece) {
      this.resending = piece.n;
      const form = new FormData();
      form.append("once", crypto.randomUUID ? crypto.randomUUID() : this.chance());
      const sent = await this.ask(`/${piece.n}/again`, { method: "POST", body: form });
      this.resending = 0;
      if (sent) this.say(sent.say);
    },
    chance() {
      const b = crypto.getRandomValues(new Uint8Array(16));
      b[6] = (b[6] & 15) | 64;
      b[8] = (b[8] & 63) | 128;
      const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    },
    say(text) {
      this.told = text;
      clearTimeout(this.fading);
      this.fading = setTimeout(() => (this.told = ""), 5000);
    },
    clear() {
      this.search = nothing();
    },
    ask(path, more = {}) {
      return ask(this.url + path, { ...more, say: (text) => (this.trouble = text) });
    },
  },
  template: `
<main class="library" aria-label="片库">
  <form class="search" role="search" aria-label="找片子" @submit.prevent="refresh">
    <label class="field words"><span>找什么</span>
      <input v-model="search.words" type="search" maxlength="100" enterkeyhint="search" placeholder="说过的话，比如 熊猫" /></label>
    <label class="field" :class="{ alone: !several }"><span>谁要的</span>
      <select v-model="search.person"><option value="">所有人</option>
        <option v-for="name in people" :key="name" :value="name">{{ name }}</option></select></label>
    <label v-if="several" class="field"><span>在哪聊的</span>
      <select v-model="search.channel"><option value="">所有地方</option>
        <option v-for="it in channels" :key="it.value" :value="it.value">{{ it.label }}</option></select></label>
    <label class="field day"><span>从哪天</span><input v-model="search.since" type="date" :max="search.until" /></label>
    <label class="field day"><span>到哪天</span><input v-model="search.until" type="date" :min="search.since" /></label>
  </form>
  <div class="found">
    <p role="status" class="count">{{ loaded ? (narrowed ? "找到" : "一共") + found + "个" : "" }}</p>
    <button v-if="narrowed" type="button" class="plain" @click="clear">看全部</button>
  </div>
  <p v-if="trouble" class="trouble" role="alert">{{ trouble }}</p>
  <p v-if="loaded && !found && !narrowed" class="blank">还没有片子。在聊天里叫我拍一段，就会收在这里。</p>
  <p v-if="loaded && !found && narrowed" class="blank">没找到，换个词试试。</p>
  <ul class="pieces">
    <li v-for="piece in pieces" :key="piece.n" class="piece">
      <div class="screen">
        <video v-if="playing === piece.n" :src="piece.url" :poster="piece.poster" controls autoplay playsinline
          :aria-label="'视频：' + piece.words"></video>
        <div v-else-if="!piece.url" class="poster lost">文件不在了</div>
        <button v-else type="button" class="poster"
          :aria-label="(piece.kind === 'photo' ? '看大图：' : '播放：') + piece.words" @click="play(piece)">
          <img v-if="piece.kind === 'photo' || piece.poster" loading="lazy" alt=""
            :src="piece.kind === 'photo' ? piece.url : piece.poster" />
          <svg v-if="piece.kind === 'video'" class="start" viewBox="0 0 24 24" aria-hidden="true"><path d="M8 5.5v13l11-6.5z"/></svg>
          <span v-if="piece.duration" class="long">{{ piece.duration }}</span>
        </button>
      </div>
      <div class="notes">
        <p class="about"><b>{{ piece.words }}</b><span v-if="piece.wish">{{ piece.wish }}</span></p>
        <p class="whence"><span v-if="piece.draft" class="draft">草稿</span>{{ [piece.person, piece.when, piece.room].filter(Boolean).join(" · ") }}</p>
        <div class="actions">
          <button v-if="piece.url" type="button" class="plain" :disabled="!piece.on || resending === piece.n"
            :title="piece.on ? '' : piece.channel + '这会儿没开'" @click="again(piece)">再发一次</button>
          <a v-if="piece.url" class="plain" :href="piece.url" :download="piece.file_name">下载</a>
        </div>
        <details v-if="piece.prompt || piece.settings.length"><summary>怎么拍的</summary>
          <p class="prompt">{{ piece.prompt }}</p>
          <dl class="facts"><div v-for="[label, value] in [...piece.settings, ...piece.times, ...piece.house]" :key="label + value">
            <dt>{{ label }}</dt><dd>{{ value }}</dd></div></dl></details>
      </div>
    </li>
  </ul>
  <div ref="end" class="end"><button v-if="more" type="button" class="plain" :disabled="busy" @click="load()">再看早一点的</button></div>
  <p v-if="told" class="told" role="status">{{ told }}</p>
  <dialog ref="lightbox" class="lightbox" aria-label="看大图" @click="$refs.lightbox.close()">
    <img v-if="large" :src="large" alt="大图" />
  </dialog>
</main>`,
};
