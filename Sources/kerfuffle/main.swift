import Arguments

Allocator.prepare()
CrashReports.hideMemory()
StopSignals.takeFullFilesForErrors()
Kerfuffle.main()
