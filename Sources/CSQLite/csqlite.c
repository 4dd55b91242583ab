#include "csqlite.h"

#include <sqlite3.h>
#include <stddef.h>

int bs_sqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

uintptr_t bs_sqlite_write_out(struct sqlite3 *connection) {
  sqlite3_file *file = NULL;
  if (sqlite3_db_cacheflush(connection) != SQLITE_OK) return 0;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return file && file->pMethods ? (uintptr_t)file : 0;
}

void bs_sqlite_wait_for_disk(uintptr_t address) {
  /* Of a database file, unlike of a journal, SQLite's method for Unix changes nothing in the object. */
  sqlite3_file *file = (sqlite3_file *)address;
  file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}
