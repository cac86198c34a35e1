#if canImport(CJemalloc)
    internal import CJemalloc
#endif

/// jemalloc stands in for the C library's allocator in the whole process. A record is made by one
/// thread of the client library, freed by another, and made anew on its way out, which the C library's
/// allocator pays for with a lock and a look through free lists each time. Built with
/// `KERFUFFLE_ALLOCATOR=system` the program goes without, as sanitizers need it.
enum Allocator {
    /// Freed memory goes back to the system by a thread of its own, also while nothing is allocated.
    static func prepare() {
        #if canImport(CJemalloc)
            var isOn = true
            mallctl("background_thread", nil, nil, &isOn, MemoryLayout<Bool>.size)
        #endif
    }
}
