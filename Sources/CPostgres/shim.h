/* libpq, PostgreSQL's client library; and what takes lists of C strings, which are awkward to make elsewhere. */
#include <libpq-fe.h>
#include <string.h>

/* What the server remarks beside its answers is not told. */
static inline void bs_pg_ignore(void *context, const PGresult *notice) { (void)context; (void)notice; }

/* Connects. What CONNINFO says goes before the defaults that stand before it. */
static inline PGconn *bs_pg_connect(const char *conninfo) {
  const char *keys[] = {"connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
  const char *values[] = {"30", "backstory-fleet", conninfo, "UTF8", NULL};
  PGconn *connection = PQconnectdbParams(keys, values, 1);
  if (connection) PQsetNoticeReceiver(connection, bs_pg_ignore, NULL);
  return connection;
}

/* The most values that a statement may have. */
enum { BS_PG_VALUES = 32 };

/* Sends a statement whose COUNT values stand in WORDS one behind the other, each with a NUL behind it; IS_NULL has 1
 * for each that is none. Its rows come one by one. Gives 0 where that failed. */
static inline int bs_pg_send(
    PGconn *connection, const char *statement, int count, const char *words, const unsigned char *is_null) {
  const char *values[BS_PG_VALUES];
  if (count < 0 || count > BS_PG_VALUES) return 0;
  for (int i = 0; i < count; i++) {
    values[i] = is_null[i] ? NULL : words;
    words += strlen(words) + 1;
  }
  return PQsendQueryParams(connection, statement, count, NULL, values, NULL, NULL, 0) &&
         PQsetSingleRowMode(connection);
}

/* Asks the server to end what it does for the connection. */
static inline void bs_pg_cancel(PGconn *connection) {
  PGcancel *cancel = PQgetCancel(connection);
  char reason[256];
  if (!cancel) return;
  PQcancel(cancel, reason, sizeof reason);
  PQfreeCancel(cancel);
}
