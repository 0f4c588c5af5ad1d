# Streamlist: the links work until 2027-01-15 08:00 UTC
failed=0
aria2c --input-file=- <<'STREAMLIST' || failed=1
https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30116.m4s?deadline=1800000300&os=cosbv&uparams=e,os	https://upos-sz-mirrorhw.bilivideo.com/upgcxcode/1/1-30116.m4s?deadline=1800000300
 out=0-N4日语精讲/03 - Itʼs 5％, _x_, $y [1080P60 AVC].video.mp4
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30280.m4s?deadline=1800000300
 out=0-N4日语精讲/03 - Itʼs 5％, _x_, $y [1080P60 AVC].audio.m4a
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30116.m4s?deadline=1800000300&os=cosbv&uparams=e,os	https://upos-sz-mirrorhw.bilivideo.com/upgcxcode/1/1-30116.m4s?deadline=1800000300
 out=0-N4日语精讲/04 - Hi-Res [1080P60 AVC].video.mp4
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30280.m4s?deadline=1800000300
 out=0-N4日语精讲/04 - Hi-Res [1080P60 AVC].audio.m4a
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-1-116.flv?deadline=1800000300	https://upos-sz-mirrorks3c.bilivideo.com/upgcxcode/1/1-1-116.flv
 out=0-N4日语精讲/03 - Itʼs 5％, _x_, $y [1080P60 AVC] (2) part 1.flv
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-2-116.flv?deadline=1800000300
 out=0-N4日语精讲/03 - Itʼs 5％, _x_, $y [1080P60 AVC] (2) part 2.flv
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-3-116.flv?deadline=1800000300
 out=0-N4日语精讲/03 - Itʼs 5％, _x_, $y [1080P60 AVC] (2) part 3.flv
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-1-64.mp4?deadline=1800000600
 out=0-N4日语精讲/05 - 50音图的か行、さ行 [1080P60 AVC].mp4
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-1-64.mp4?deadline=1800000600
 out=0-N4日语精讲/05 - 50音图的か行、さ行 [1080P60 AVC] (2).mp4
 continue=true
 referer=https://www.bilibili.com/
 header=Origin: https://www.bilibili.com
 user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
STREAMLIST
(exit $failed)
