/* libxml2's parser, of which reading libvirt's files needs the SAX events alone. */
#include <libxml/xmlversion.h>
/* Without this, libxml2's headers bring in the system's ICU, whose types are also Foundation's
   under other definitions: no file could then see both. It only hides two fields at the end of a
   structure (xmlCharEncodingHandler) that is never touched here. */
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
