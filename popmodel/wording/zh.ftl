### popmodel 输出的全部中文语句。每条消息在 en.ftl 中有同名、同参数的英文。

## 列举

list-joiner = 、
