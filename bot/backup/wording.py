"""What `qunying backup` and `qunying restore` tell the owner."""

SAVED = "备份好了：{file}（{size:.1f} MB，{count} 个文件）"
INSIDE = (
    "里面有聊天记录、片子、没做完的任务和没送到的消息，还有微信的登录，请收好；"
    "config.yaml 和各种密钥不在里面，要另外存"
)
ELSEWHERE = "生成服务在别处（{url}）：它没做完的任务不在里面，要在那台机器上备份"
NO_DATA = "{folder} 里还没有可以备份的东西"
IS_THERE = "{file} 已经有了：换个名字，或者加上 --force 盖掉它"
NO_FOLDER = "没有 {folder} 这个文件夹，先建好它"
NO_FILE_THERE = "{file} 不是普通的文件，不能往那里存：换个名字"
NO_ROOM = "放备份的盘不够大：要 {need:.0f} MB，只剩 {free:.0f} MB"
FAILED = "没能备份：{why}"
DAMAGED = "没能备份：数据库坏了，这样的备份恢复不了；先用以前的备份恢复（{why}）"
NOT_ITS_OWN = "备份不要放进数据文件夹 {folder} 里"

RESTORED = "恢复好了：{count} 个文件，{day} 的备份；现在运行 make run，没做完的会接着做"
FINISHED = "上次没做完的恢复接着做完了；要恢复别的备份，再运行一次"
ASIDE = "原来的数据挪到了 {folder}，确认没问题再删"
NO_FILE = "打不开 {file}：{why}"
RUNNING = (
    "群影正在运行：先停下它，再恢复；"
    "机器人、生成服务、qunying ask，还有用着 qunying mcp 的程序都要停"
)
HAS_DATA = "{folder} 里已经有数据：确实要换成备份，就加上 --force，原来的会挪到一边"
NOT_A_BACKUP = "{file} 不是完好的群影备份，什么也没动（{why}）"
TOO_NEW = "{file} 用不了，可能是更新的群影备份的：先升级群影；什么也没动（{why}）"
NOT_WRITTEN = "没能恢复：{why}"
