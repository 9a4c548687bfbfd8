"""What the programs tell their owner in the terminal, in Chinese: what is wrong, what to do."""

PORT_TAKEN = "端口 {port} 已经被占用：关掉占用它的程序，或者换一个端口，例如 PORT={other} make run"
PORT_FORBIDDEN = "端口 {port} 只有管理员能用：换一个大的，例如 PORT={other} make run"
PORT_BAD = "页面不能开在 {host} 的端口 {port} 上：{why}"
DATA_TAKEN = "数据文件夹正被另一个群影使用：关掉它，或者用 QUNYING_DATA_DIR 换一个文件夹（{why}）"
DATA_BAD = (
    "数据文件夹不能用：看看磁盘满没满、权限对不对，数据库坏了就从备份恢复，"
    "或用 QUNYING_DATA_DIR 换一个（{why}）"
)
DATA_NEWER = "数据是更新的群影写的，这个版本读不了：先升级（{why}）"
HALF_RESTORED = "上次恢复到一半停下了：再运行一次 qunying restore，它会先做完"
SERVICE_DOWN = "生成服务没能启动：{why}"
SETTINGS_WRONG = "设置有误，请照着改："
PAGE_READY = "打开 {url} 就能和{name}聊天；按 Ctrl-C 结束"
STOPPED = "已经停下，答应的片子都记在盘上"

CHANNEL = "{channel}：{say}"

NO_PHOTO = "打不开照片 {path}，看看路径对不对"
BAD_PHOTO = "照片 {path} 用不了：{why}"

CONSOLE_HELLO = "在这里和{name}说话。发照片写「图片 路径」，离开写「退出」"
CONSOLE_YOU = "我"
CONSOLE_SAVED = "片子存在 {path}"

NOT_HEARD = "这句话没能记到盘上，看看数据文件夹还有没有空间，再说一遍"

ASK_EMPTY = "要说的话不能是空的"
ASK_OUT_BAD = "不能往 {path} 里写：{why}"
ASK_TIMEOUT = "等了 {seconds:g} 秒还没有结果，先不等了；可以用 --timeout 等久一点"
ASK_FORGOTTEN = "这句话已经被忘掉了（有人说了“忘记我”），不再等了"
ASK_SAVED = "已存为 {path}"
ASK_PROGRESS = "正在拍"

GIVEN_UP = "给{to}的消息好几天送不出去，先放下了，片子在片库里；看 qunying deliveries --failed"
