"""What a batch tells its owner in the terminal, in Chinese: what is wrong where, and what to do."""

from intents.video.slots import LONGEST_WISH

LONGEST_CAPTION = 60  # what the service puts over a clip

# the table as a file
NO_TABLE = "找不到表格 {path}，看看路径对不对"
A_FOLDER = "{path} 是文件夹，要给一个 CSV 文件"
UNREADABLE = "打不开表格 {path}：{why}"
NOT_TEXT = "{path} 不是 CSV：在表格软件里另存为“CSV UTF-8”再来"
EMPTY = "{path} 是空的：第一行写表头，下面每行一句要拍的话"
NO_ROWS = "{path} 只有表头，没有要拍的行"
NO_HEADER = "第一行要是表头，其中一列叫“文字”（或 text）；现在第一行是：{found}"
TWICE = "表头里“{column}”有两列，留一列"
BROKEN_QUOTES = "第 {line} 行的引号没有成对：{why}"
TOO_MANY_CELLS = "第 {line} 行多出了格子：文字里有逗号，就用英文双引号把它括起来"
PROBLEMS = "表格里有 {count} 处要先改好，现在什么都没拍："
MORE_PROBLEMS = "……还有 {count} 处"

# one row
NO_WORDS = "第 {line} 行没有写要拍什么"
TOO_LONG = f"第 {{line}} 行太长，最多 {LONGEST_WISH} 个字"
CAPTION_TOO_LONG = f"第 {{line}} 行的字幕太长，最多 {LONGEST_CAPTION} 个字"
NO_PHOTO = "第 {line} 行的照片 {path} 打不开：路径从表格所在的文件夹算起"
BAD_PHOTO = "第 {line} 行的照片 {path}：{why}"

# what is told on the way
AS_GBK = "这个表格不是 UTF-8，按 GBK 读的；要是下面的字不对，另存为“CSV UTF-8”再来"
UNUSED = "没有用到的列：{columns}"
START = "共 {all} 行：这次要拍 {left} 行，同时最多 {parallel} 个"
BEFORE = "以前拍好的 {count} 行不再拍"
ENGINE = "用的引擎是 {it}"
PAID = "用的引擎是 {it}：每个片子都在那边花钱，这次最多 {count} 个"
ALL_PROGRESS = "全部"
DONE = "✓ 第 {line} 行 {file}"
NOT_DONE = "✗ 第 {line} 行 {text}：{why}"
STOPPED = "已经停下。拍好的都在 {out}，再运行一次同样的命令就接着拍"

# how it ended
ALL_DONE = "{count} 行都拍好了，在 {out}"
SOME_FAILED = "拍好 {done} 行，没拍成 {failed} 行"
FAILURES = "没拍成的写在 {path}：改好以后可以直接拿它再拍；原来的命令再运行一次，也只拍没拍成的"
FAILED_COLUMNS = ("行", "内容", "原因")

# the folder
OUT_TAKEN = "另一个 batch 正在往 {out} 里拍：等它拍完，或者换一个 --out"
NOTES_BROKEN = "{path} 坏了，认不出拍到了哪里：换一个 --out，或者删掉它从头拍"

# why a row was not filmed
AWAY = "生成服务一直没有应声"
NO_SERVICE = "生成服务没有应声：运行 qunying doctor 看看，好了再来"
NO_TICKET = "没有拍成：{said}"
NOT_FETCHED = "拍好了没能取回来：再运行一次就接着取"
NOT_SAVED = "存不进去：{why}"
NO_TRANSLATOR = "没有大语言模型，翻译不了字幕：把译好的字直接写在“字幕”里"
NOT_TRANSLATED = "字幕没有翻译好，再运行一次试试"
