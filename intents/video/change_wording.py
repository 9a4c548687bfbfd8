"""What 小爱 says about clips that are there already."""

NOTHING_HERE = "这个群里我还没拍过片子，想看什么跟我说。"
