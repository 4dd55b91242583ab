/* What SQLite offers to C alone: settings through a variadic function, and the methods of an open file. */
#ifndef CSQLITE_H
#define CSQLITE_H

#include <stdint.h>

/* Stops SQLite from counting the memory that it uses, under a lock, at each allocation. To be called
 * before anything else of SQLite; 0 when it was. */
int bs_sqlite_count_no_memory(void);

/* Lets a disk that fails to read be told from a damaged database. To be called before a database is opened. */
void bs_sqlite_tell_read_faults(void);

struct sqlite3;

/* Writes to the database file what a connection has changed so far, in the middle of a transaction, and commits
 * nothing: a first scan has its file for itself, and what cannot be written now fails at the end.
 * Returns the open file for bs_sqlite_wait_for_disk; 0 where there is none. */
uintptr_t bs_sqlite_write_out(struct sqlite3 *connection);

/* Waits until the disk has what was written to a file; from any thread, as long as the connection is open.
 * The end of the transaction waits once more, and has less to wait for. */
void bs_sqlite_wait_for_disk(uintptr_t file);

/* Ends whatever the connection is asked, with SQLITE_INTERRUPT, when so many milliseconds have passed; 0 takes
 * the limit away. */
void bs_sqlite_end_after(struct sqlite3 *connection, int64_t milliseconds);

#endif
