import Arguments

Kerfuffle.main()
