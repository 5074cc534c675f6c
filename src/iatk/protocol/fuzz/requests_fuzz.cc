// Whatever bytes come as the body or the target of a request, decoding them ends in a struct or an
// error. The first byte chooses the protocol.
#include <cstddef>
#include <cstdint>
#include <string>

#include "iatk/model/all.h"
#include "iatk/model/s3/operations.h"
#include "iatk/model/sqs/operations.h"
#include "iatk/protocol/cbor.h"
#include "iatk/protocol/codec.h"
#include "iatk/protocol/identify.h"
#include "iatk/protocol/sigv4.h"

namespace {

using namespace iatk;

template <class Op>
void Decode(model::Protocol protocol, const net::HttpRequest& request) {
  typename Op::Input input;
  if (!protocol::DecodeRequest(Op::Table(), protocol, request, &input)) return;
  typename Op::Input copy = input;
  (void)copy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Host", "localhost"}};
  switch (data[0] % 6) {
    case 0:
      request.body = text;
      Decode<model::sqs::op::SendMessageBatch>(model::Protocol::kJson, request);
      break;
    case 1:
      request.body = text;
      Decode<model::sqs::op::SendMessageBatch>(model::Protocol::kQuery, request);
      break;
    case 2:
      request.target = "/b?delete";
      request.body = text;
      Decode<model::s3::op::DeleteObjects>(model::Protocol::kRestXml, request);
      break;
    case 3:
      request.body = text;
      Decode<model::sqs::op::SendMessageBatch>(model::Protocol::kCbor, request);
      (void)protocol::CborReader(text).Json();
      (void)protocol::CborReader(text).Skip();
      break;
    case 4:
      request.headers.Set("Authorization", text);
      request.headers.Set("X-Amz-Date", "20261123T182600Z");
      (void)protocol::FindCredentialScope(request);
      if (const auto found = protocol::ParseAuthorization(request)) {
        (void)protocol::Verify(request, *found, "secret", Time());
      }
      break;
    default: {
      static const protocol::Identifier identifier(model::AllServices());
      request.method = "GET";
      request.target = "/" + text;
      const protocol::Identified found = identifier.Identify(request);
      if (found.service == &model::s3::kService) {
        Decode<model::s3::op::ListObjectsV2>(model::Protocol::kRestXml, request);
      }
      (void)protocol::ParseAuthorization(request);
      break;
    }
  }
  return 0;
}
