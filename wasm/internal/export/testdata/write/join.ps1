mkdir -Force '0-N4日语精讲' | Out-Null
ffmpeg -nostdin -i '0-N4日语精讲/03 - Itʼs 5％, _x_, $y [1080P60 AVC].video.mp4' -i '0-N4日语精讲/03 - Itʼs 5％, _x_, $y [1080P60 AVC].audio.m4a' -map 0:v -map 1:a -c copy '0-N4日语精讲/03 - Itʼs 5％, _x_, $y [1080P60 AVC].mp4'
ffmpeg -nostdin -i '0-N4日语精讲/04 - Hi-Res [1080P60 AVC].video.mp4' -i '0-N4日语精讲/04 - Hi-Res [1080P60 AVC].audio.m4a' -map 0:v -map 1:a -c copy '0-N4日语精讲/04 - Hi-Res [1080P60 AVC].mkv'
