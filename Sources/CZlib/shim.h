/* zlib, of which reading compressed clusters needs inflate alone. */
#include <zlib.h>
#include <stddef.h>

/* Inflates a raw deflate stream (no header) into a buffer, as far as it fills it.
 * Gives the number of bytes that were made, or -1 where the stream is none. */
static inline long bs_inflate(const void *from, size_t count, void *to, size_t room) {
  z_stream stream = {0};
  if (inflateInit2(&stream, -15) != Z_OK) return -1;
  stream.next_in = (Bytef *)from;
  stream.avail_in = (uInt)count;
  stream.next_out = (Bytef *)to;
  stream.avail_out = (uInt)room;
  int result = inflate(&stream, Z_FINISH);
  long made = (long)(room - stream.avail_out);
  inflateEnd(&stream);
  /* What follows the stream in its last sector is no concern. */
  return result == Z_STREAM_END || (result == Z_BUF_ERROR && stream.avail_out == 0) ? made : -1;
}
