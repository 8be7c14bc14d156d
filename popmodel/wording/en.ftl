### Every sentence that popmodel prints, in English. The same names with the same arguments stand in zh.ftl.

## Lists

list-joiner = {", "}
