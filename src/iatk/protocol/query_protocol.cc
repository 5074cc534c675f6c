// awsQuery: a form in, XML out.
#include "iatk/protocol/form.h"
#include "iatk/protocol/naming.h"
#include "iatk/protocol/protocols.h"
#include "iatk/protocol/scalar.h"
#include "iatk/protocol/sqs_query.h"
#include "iatk/protocol/uri.h"
#include "iatk/protocol/xml_codec.h"

namespace iatk::protocol {
namespace {

using model::Member;
using model::Operation;

std::string ResultName(const Operation& operation) {
  if (!operation.result_wrapper.empty()) return std::string(operation.result_wrapper);
  return std::string(operation.name) + "Result";
}

// A query to SQS may go to the queue's own URL instead of naming it.
void TakeQueueFromPath(const net::HttpRequest& request, const Operation& operation, void* input) {
  const std::string_view path = request.path();
  const std::size_t slash = path.find('/', 1);
  if (path.size() < 4 || slash == std::string_view::npos || slash + 1 == path.size() ||
      path.find('/', slash + 1) != std::string_view::npos) {
    return;
  }
  for (const Member& member : operation.input->members) {
    if (member.name != "QueueUrl" || member.get(member, input) != nullptr) continue;
    As<std::string>(member.make(member, input)) =
        "http://" + std::string(request.headers.Get("Host")) + std::string(path);
  }
}

}  // namespace

std::string_view QueryNamespace(const model::Service* service) {
  if (service == nullptr) return {};
  return IsSqs(service) ? kSqsNamespace : service->xml_namespace;
}

net::HttpRequest EncodeQueryRequest(const Operation& operation, const void* input) {
  net::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = "Action=";
  request.body += operation.name;
  request.body += "&Version=";
  request.body += operation.service->api_version;
  const Naming naming(operation.service);
  WriteForm(*operation.input, naming, input, &request.body);
  return request;
}

Result<void> DecodeQueryRequest(const Operation& operation, const net::HttpRequest& request,
                                void* input) {
  QueryPairs pairs = ParseQuery(request.query());
  if (request.method != "GET") {
    QueryPairs body = ParseQuery(request.body);
    pairs.insert(pairs.end(), std::make_move_iterator(body.begin()),
                 std::make_move_iterator(body.end()));
  }
  IATK_TRY(const FormNode form, ParseForm(std::move(pairs)));
  const Naming naming(operation.service);
  IATK_CHECK(ReadForm(*operation.input, naming, form, input));
  if (IsSqs(operation.service)) TakeQueueFromPath(request, operation, input);
  return {};
}

net::HttpResponse EncodeQueryResponse(const Operation& operation, const void* output,
                                      std::string_view request_id) {
  net::HttpResponse response;
  response.headers.Add("Content-Type", "text/xml");
  XmlWriter writer(&response.body);
  writer.Declaration();
  writer.Open(std::string(operation.name) + "Response");
  WriteXmlNamespace({"", QueryNamespace(operation.service)}, &writer);
  if (operation.output != &model::kEmptyShape) {
    writer.Open(ResultName(operation));
    WriteXmlStructure(*operation.output, Naming(operation.service), output, Part::kWhole, &writer);
    writer.Close();
  }
  writer.Open("ResponseMetadata");
  writer.Leaf("RequestId", request_id);
  writer.Close();
  writer.Close();
  return response;
}

Result<void> DecodeQueryResponse(const Operation& operation, const net::HttpResponse& response,
                                 void* output) {
  if (response.body.empty()) return {};
  IATK_TRY(const XmlElement root, ParseXml(response.body));
  const XmlElement* result = root.Child(ResultName(operation));
  return ReadXmlStructure(*operation.output, Naming(operation.service),
                          result == nullptr ? root : *result, Part::kWhole, output);
}

}  // namespace iatk::protocol
