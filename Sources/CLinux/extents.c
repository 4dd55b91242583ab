#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>

int bs_shared(int file, uint32_t limit, uint64_t *bytes) {
  enum { AT_ONCE = 128 };
  union {
    struct fiemap map;
    char room[sizeof(struct fiemap) + AT_ONCE * sizeof(struct fiemap_extent)];
  } list;
  uint64_t start = 0;
  int is_rough = 0;
  *bytes = 0;
  while (limit > 0) {
    int result;
    memset(&list, 0, sizeof list);
    list.map.fm_start = start;
    list.map.fm_length = FIEMAP_MAX_OFFSET - start;
    list.map.fm_extent_count = limit < AT_ONCE ? limit : AT_ONCE;
    do result = ioctl(file, FS_IOC_FIEMAP, &list.map);
    while (result < 0 && errno == EINTR);
    if (result < 0) return -errno;
    if (list.map.fm_mapped_extents == 0) return is_rough;
    for (uint32_t n = 0; n < list.map.fm_mapped_extents && n < AT_ONCE; n++) {
      const struct fiemap_extent *extent = &list.map.fm_extents[n];
      uint64_t end;
      if (extent->fe_flags & FIEMAP_EXTENT_ENCODED) is_rough = 1;
      if (extent->fe_flags & FIEMAP_EXTENT_SHARED &&
          __builtin_add_overflow(*bytes, extent->fe_length, bytes))
        *bytes = UINT64_MAX;
      if (extent->fe_flags & FIEMAP_EXTENT_LAST) return is_rough;
      /* What does not go on would go on for ever. */
      if (__builtin_add_overflow(extent->fe_logical, extent->fe_length, &end) || end <= start) return 1;
      start = end;
      limit--;
    }
  }
  return 1;
}
