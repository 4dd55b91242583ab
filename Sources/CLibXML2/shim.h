/* libxml2's push-less SAX parser: all that reading libvirt's files needs. */
#include <libxml/parser.h>
