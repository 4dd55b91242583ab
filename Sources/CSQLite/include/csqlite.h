/* Settings of the SQLite library that only a variadic function can make, which Swift cannot call. */
#ifndef CSQLITE_H
#define CSQLITE_H

/* Stops SQLite from counting the memory that it uses, under a lock, at each allocation. To be called
 * before anything else of SQLite; 0 when it was. */
int bs_sqlite_count_no_memory(void);

#endif
