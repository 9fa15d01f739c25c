// Public parts of this machine in an object of the cluster. A generation is made before the keys
// are, and holds none of their files.
#pragma once

#include <string>

namespace k8s_node {

/// A place in an object's JSON that gets the certificates of a file when the object is applied.
struct InlinedCertificate {
    std::string pointer{}; ///< of a text (RFC 6901): "/data/kubeconfig"
    std::string mark{};    ///< what stands for them in that text: "${certificate.ca.data}"
    std::string file{};    ///< "/etc/kubernetes/pki/ca.crt"
    bool operator==(const InlinedCertificate&) const = default;
};

} // namespace k8s_node
