@echo off
yt-dlp --cookies-from-browser firefox --referer "https://www.bilibili.com/" --add-headers "Origin: https://www.bilibili.com" --output "0-N4/03 - It s 5 _x_ y.%%(ext)s" "https://www.bilibili.com/cheese/play/ep790"
yt-dlp --cookies-from-browser chrome --referer "https://www.bilibili.com/" --add-headers "Origin: https://www.bilibili.com" --output "0-N4/04 - Hi-Res.%%(ext)s" "https://www.bilibili.com/cheese/play/ep791"
yt-dlp --cookies-from-browser chrome --referer "https://www.bilibili.com/" --add-headers "Origin: https://www.bilibili.com" --output "0-N4/03 - It s 5 _x_ y (2).%%(ext)s" "https://www.bilibili.com/cheese/play/ep790"
yt-dlp --referer "https://www.bilibili.com/" --add-headers "Origin: https://www.bilibili.com" --output "0-N4/05 - 50.%%(ext)s" "https://www.bilibili.com/cheese/play/ep792"
yt-dlp --referer "https://www.bilibili.com/" --add-headers "Origin: https://www.bilibili.com" --output "0-N4/05 - 50 (2).%%(ext)s" "https://www.bilibili.com/cheese/play/ep792"
