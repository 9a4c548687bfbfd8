// The studio's takes, each beside how it was made: asked after once a second while it is under way,
// filmed again in other words, cancelled, forgotten.
import { LOST, ask, newId, speaker } from "qunying";

const LOOK_MS = 1000;

const closed = () => ({ take: "", prompt: "", seed: "same", id: null });

export default {
  props: { url: String },
  data: () => ({
    takes: [],
    more: false,
    loaded: false,
    sending: false,
    trouble: "",
    edit: closed(),
  }),
  mounted() {
    window.addEventListener("qunying-view", this.seen);
    window.addEventListener("qunying-take", this.took);
  },
  beforeUnmount() {
    window.removeEventListener("qunying-view", this.seen);
    window.removeEventListener("qunying-take", this.took);
    clearTimeout(this.looking);
  },
  methods: {
    seen(event) {
      this.here = event.detail === "studio";
      if (this.here) this.open();
    },
    took(event) {
      this.began(event.detail);
    },
    async open() {
      const page = await this.ask("GET", "/takes");
      if (!page) return;
      const known = new Set(page.takes.map((take) => take.id));
      this.takes = [...page.takes, ...this.takes.filter((take) => !known.has(take.id))];
      if (!this.loaded) this.more = page.more;
      this.loaded = true;
      this.look();
    },
    async older() {
      const page = await this.ask("GET", `/takes?before=${this.takes.at(-1).id}`);
      if (!page) return;
      this.takes.push(...page.takes);
      this.more = page.more;
    },
    began(take) {
      this.put(take);
      this.look();
      this.$nextTick(() => {
        document.getElementById(`take-${take.id}`)?.scrollIntoView({ block: "nearest" });
      });
    },
    refill(take) {
      window.dispatchEvent(new CustomEvent("qunying-refill", { detail: take }));
    },
    change(take) {
      const open = this.edit.take === take.id;
      this.edit = { ...closed(), take: open ? "" : take.id, prompt: take.prompt };
    },
    async again(take) {
      const edit = this.edit;
      edit.id ||= newId();
      this.sending = true;
      const form = new FormData();
      const wanted = { id: edit.id, prompt: edit.prompt, again_of: take.id, member: speaker() };
      wanted.new_seed = edit.seed === "new";
      form.append("wanted", JSON.stringify(wanted));
      const made = await this.ask("POST", "/takes", form);
      this.sending = false;
      if (!made) return;
      this.edit = closed();
      this.began(made);
    },
    async cancel(take) {
      const seen = await this.ask("POST", `/takes/${take.id}/cancel`);
      if (seen) this.put(seen);
    },
    async remove(take) {
      if (!(await this.ask("DELETE", `/takes/${take.id}`))) return;
      this.takes = this.takes.filter((it) => it.id !== take.id);
    },
    put(take) {
      const at = this.takes.findIndex((it) => it.id === take.id);
      if (at < 0) this.takes.unshift(take);
      else this.takes[at] = take;
    },
    look() {
      clearTimeout(this.looking);
      if (!this.here || !this.takes.some((take) => take.state === "open")) return;
      this.looking = setTimeout(async () => {
        for (const { id } of this.takes.filter((take) => take.state === "open")) {
          const seen = await this.ask("GET", `/takes/${id}`, null, true);
          if (seen) this.put(seen);
        }
        this.look();
      }, LOOK_MS);
    },
    // the answer, or null after having said why there is none; looks are quiet: they come again
    ask(method, path, body, quiet) {
      const say = (text) => (quiet ? null : (this.trouble = text));
      return ask(this.url + path, { method, body, say, lost: LOST });
    },
  },
  template: `
<section class="takes" aria-label="拍过的">
  <p v-if="trouble && !edit.take" class="trouble" role="alert">{{ trouble }}</p>
  <p v-if="loaded && !takes.length" class="blank">拍好的会放在这里，旁边写着提示词、参数和用时。</p>
  <ul>
    <li v-for="take in takes" :key="take.id" class="take" :class="take.state" :id="'take-' + take.id">
      <div class="screen">
        <video v-if="take.film" :src="take.film" :poster="take.poster" controls playsinline preload="metadata"
          :aria-label="'拍好的：' + take.wish"></video>
        <div v-else-if="take.state === 'open'" class="running" role="status">
          <div class="doing"><span>{{ take.words }}</span><span class="percent">{{ take.percent === null ? "" : take.percent + "%" }}</span></div>
          <div class="bar" :class="{ idle: take.percent === null }" role="progressbar" aria-label="这一条的进度"
            aria-valuemin="0" aria-valuemax="100" :aria-valuenow="take.percent || 0">
            <div class="fill" :style="{ width: (take.percent || 0) + '%' }"></div></div>
          <p class="detail">{{ take.detail }}</p>
        </div>
        <p v-else class="trouble">{{ take.error }}</p>
      </div>
      <div class="notes">
        <div class="head"><img v-if="take.photo" class="from" :src="take.photo" alt="拍它用的照片" />
        <p class="about"><b>{{ take.wish || take.prompt }}</b><span>{{ take.when }} · {{ take.engine }}<template v-if="take.again_of"> · 改过再拍</template></span></p></div>
        <h3>提示词</h3>
        <p class="prompt">{{ take.prompt }}</p>
        <dl class="facts"><div v-for="[label, value] in take.settings" :key="label"><dt>{{ label }}</dt><dd>{{ value }}</dd></div></dl>
        <template v-if="take.times.length"><h3>用时</h3>
          <dl class="facts times"><div v-for="[label, value] in take.times" :key="label"><dt>{{ label }}</dt><dd>{{ value }}</dd></div></dl></template>
        <details v-if="take.house.length"><summary>机器和版本</summary>
          <dl class="facts"><div v-for="[label, value] in take.house" :key="label"><dt>{{ label }}</dt><dd>{{ value }}</dd></div></dl></details>
        <div class="actions">
          <button v-if="take.state !== 'open'" type="button" class="plain strong" :aria-expanded="edit.take === take.id ? 'true' : 'false'"
            @click="change(take)">改一改再拍</button>
          <button v-if="take.state !== 'open'" type="button" class="plain" @click="refill(take)">照它填表</button>
          <a v-if="take.film" class="plain" :href="take.film" :download="take.id + '.mp4'">下载</a>
          <button v-if="take.state === 'open'" type="button" class="plain" @click="cancel(take)">取消</button>
          <button v-else type="button" class="plain" :aria-label="'删掉：' + (take.wish || take.prompt)" @click="remove(take)">删掉</button>
        </div>
        <form v-if="edit.take === take.id" class="change" aria-label="改一改再拍" @submit.prevent="again(take)">
          <label class="field"><span>改提示词</span><textarea v-model="edit.prompt" rows="4" maxlength="4000"></textarea></label>
          <div v-if="take.seed !== null" class="seeds" role="radiogroup" aria-label="种子">
            <label><input v-model="edit.seed" type="radio" value="same" />同一个种子，只改词</label>
            <label><input v-model="edit.seed" type="radio" value="new" />换个种子，再来一条</label>
          </div>
          <p v-if="trouble" class="trouble" role="alert">{{ trouble }}</p>
          <button type="submit" class="shoot" :disabled="sending || !edit.prompt.trim()">照这个再拍</button>
        </form>
      </div>
    </li>
  </ul>
  <button v-if="more" type="button" class="plain older" @click="older">再看早一点的</button>
</section>`,
};
