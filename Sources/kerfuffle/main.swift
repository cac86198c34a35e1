import Arguments

CrashReports.hideMemory()
Kerfuffle.main()
