/* The C ABI of iatk: one JSON-RPC 2.0 request in, one reply out. Every other language's front end
 * is built on it; the methods and their params are those of `iatk rpc`.
 *
 * All functions may be called from any thread at any time; a call blocks until its reply is there.
 * No exception leaves them.
 */
#ifndef IATK_IATK_H_
#define IATK_IATK_H_

#include <stddef.h>

#include "iatk/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library, e.g. "0.1.0". Never freed. */
IATK_EXPORT const char* iatk_version(void);

/* Serves the request of `request_size` bytes at `request`, JSON text in UTF-8, and returns the
 * reply, JSON text that ends in a NUL; `*reply_size`, unless reply_size is NULL, is its length
 * without it. A request that is not JSON gets a reply too (error -32700). NULL only if memory has
 * run out. The caller frees the reply with iatk_free. */
IATK_EXPORT char* iatk_call(const char* request, size_t request_size, size_t* reply_size);

/* The same, for a front end that reads large outputs piece by piece. Where the reply would be the
 * result of get_trace_tree, it is packed instead; it then begins with a NUL, as no JSON does.
 * Numbers are unsigned, of 64 bits, in the machine's own order:
 *
 *   8 bytes             "\0iatk\0\0\3"
 *   6 numbers           H, D, W, P, S, and R, the number of the root's document
 *   2 D numbers         where each document is in memory, and its size: JSON text in UTF-8. It is
 *                       there until the reply is freed. Where 2^63 is added to the size, each quote
 *                       has a backslash before it, and there is no other
 *   W numbers           documents 0, 1 … W - 1 are of the segments on paths, depth first; these are
 *                       the documents of the segments above them. The first is of the root, and has
 *                       its own number
 *   P numbers           the documents that paths end with
 *   S numbers           the documents of the source trace's segments
 *   H bytes             the reply, JSON text in UTF-8, without "root", "paths" and the segments
 */
IATK_EXPORT char* iatk_call_packed(const char* request, size_t request_size, size_t* reply_size);

/* Frees a reply. NULL is allowed. */
IATK_EXPORT void iatk_free(char* reply);

#ifdef __cplusplus
}
#endif

#endif /* IATK_IATK_H_ */
