#include "cluster_resources/held_object.hpp"

#include <algorithm>

#include "kubeconfig/base64.hpp"
#include "pki/certificate.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Returns the certificates of a file, base64 of PEM. Whatever else is in the file stays there.
std::string certificates_of(const std::string& file, const Root& root) {
    std::string pem;
    for (const auto& certificate : parse_certificates(read_file(root.at(file)), file)) {
        pem += certificate_to_pem(certificate);
    }
    return to_base64(pem);
}

} // namespace

cluster::ObjectName name_of_identity(const std::string& identity) {
    const auto fields = split(identity, ' ');
    if (fields.size() != 3) {
        throw Error("the ledger names an object that cannot be one: '" + identity + "'");
    }
    const auto slash = fields[2].find('/');
    return slash == std::string::npos
               ? cluster::ObjectName{fields[0], fields[1], "", fields[2]}
               : cluster::ObjectName{fields[0], fields[1], fields[2].substr(0, slash),
                                     fields[2].substr(slash + 1)};
}

std::vector<HeldObject> objects_of(const Generation& generation) {
    std::vector<HeldObject> objects;
    for (const auto& [file, identity, inlined] : generation.manifest.objects) {
        const auto name = name_of_identity(identity);
        objects.push_back({name.kind + "/" + name.name, identity,
                           nlohmann::json::parse(generation.files.at(file)), inlined});
    }
    return objects;
}

nlohmann::json complete(const HeldObject& object, const Root& root) {
    auto json = object.json;
    for (const auto& each : object.inlined) {
        auto& text = json.at(nlohmann::json::json_pointer(each.pointer));
        text = replace_all(text.get<std::string>(), each.mark, certificates_of(each.file, root));
    }
    return json;
}

std::vector<Change> check_objects_with(const Generation& current,
                                       const std::set<std::string>& files) {
    std::vector<Change> changes;
    for (const auto& object : objects_of(current)) {
        if (std::ranges::any_of(object.inlined, [&](const InlinedCertificate& each) {
                return files.contains(each.file);
            })) {
            changes.push_back(
                {ChangeKind::apply_object, object.title, "a certificate in it is replaced", {}});
        }
    }
    return changes;
}

} // namespace k8s_node
