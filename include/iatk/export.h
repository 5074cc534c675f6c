/* What every public header of iatk begins with: which symbols its library gives out. */
#ifndef IATK_EXPORT_H_
#define IATK_EXPORT_H_

#if defined(__GNUC__)
#define IATK_EXPORT __attribute__((visibility("default")))
#else
#define IATK_EXPORT
#endif

#ifdef __cplusplus
/* The API is written iatk::Kit and so on. Its symbols also carry the version of the binary
 * interface, v0; by it the library tells the API's names from its own, which are in namespace iatk
 * too. */
namespace iatk {
namespace v0 {}
#ifndef IATK_BUILDING_LIBRARY
using namespace v0;
#endif
} /* namespace iatk */
#endif

#endif /* IATK_EXPORT_H_ */
