# Streamlist: the links work until 2027-01-15 08:00 UTC
$list = [IO.Path]::GetTempFileName()
[IO.File]::WriteAllText($list, @'
#EXTM3U
#EXTINF:1803,It's 5%, "x", $y · 0-N4日语精讲
edl://!no_clip;!no_chapters;%105%https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30116.m4s?deadline=1800000300&os=cosbv&uparams=e,os;!new_stream;!no_clip;!no_chapters;%83%https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30280.m4s?deadline=1800000300
#EXTINF:-1,Hi-Res · 0-N4日语精讲
edl://!no_clip;!no_chapters;%105%https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30116.m4s?deadline=1800000300&os=cosbv&uparams=e,os;!new_stream;!no_clip;!no_chapters;%83%https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-30280.m4s?deadline=1800000300
#EXTINF:1803,It's 5%, "x", $y · 0-N4日语精讲
edl://%83%https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-1-116.flv?deadline=1800000300;%83%https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-2-116.flv?deadline=1800000300;%83%https://upos-sz-mirrorks3.bilivideo.com/upgcxcode/1/1-3-116.flv?deadline=1800000300
#EXTINF:-1,50音图的か行、さ行 · 0-N4日语精讲
https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-1-64.mp4?deadline=1800000600
#EXTINF:-1,50音图的か行、さ行 · 0-N4日语精讲
https://upos-sz-mirrorcos.bilivideo.com/upgcxcode/1/1-1-64.mp4?deadline=1800000600
'@)
mpv '--referrer=https://www.bilibili.com/' '--http-header-fields=Origin: https://www.bilibili.com' '--user-agent=Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' "--playlist=$list"
Remove-Item $list
