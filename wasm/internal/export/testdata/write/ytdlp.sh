failed=0
yt-dlp --cookies-from-browser firefox --referer 'https://www.bilibili.com/' --add-headers 'Origin: https://www.bilibili.com' --output '0-N4日语精讲/03 - Itʼs 5％, _x_, ＄y.%(ext)s' 'https://www.bilibili.com/cheese/play/ep790' || failed=1
yt-dlp --cookies-from-browser chrome --referer 'https://www.bilibili.com/' --add-headers 'Origin: https://www.bilibili.com' --output '0-N4日语精讲/04 - Hi-Res.%(ext)s' 'https://www.bilibili.com/cheese/play/ep791' || failed=1
yt-dlp --cookies-from-browser chrome --referer 'https://www.bilibili.com/' --add-headers 'Origin: https://www.bilibili.com' --output '0-N4日语精讲/03 - Itʼs 5％, _x_, ＄y (2).%(ext)s' 'https://www.bilibili.com/cheese/play/ep790' || failed=1
yt-dlp --referer 'https://www.bilibili.com/' --add-headers 'Origin: https://www.bilibili.com' --output '0-N4日语精讲/05 - 50音图的か行、さ行.%(ext)s' 'https://www.bilibili.com/cheese/play/ep792' || failed=1
yt-dlp --referer 'https://www.bilibili.com/' --add-headers 'Origin: https://www.bilibili.com' --output '0-N4日语精讲/05 - 50音图的か行、さ行 (2).%(ext)s' 'https://www.bilibili.com/cheese/play/ep792' || failed=1
(exit $failed)
