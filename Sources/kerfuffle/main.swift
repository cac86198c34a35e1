import Arguments

Allocator.prepare()
CrashReports.hideMemory()
Kerfuffle.main()
