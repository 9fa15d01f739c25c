#include <filesystem>

#include "doctor/subject.hpp"
#include "pki/certificate.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node::doctor {

namespace fs = std::filesystem;

namespace {

constexpr const char* directory = "/var/lib/kubelet/pki";

Findings look_at(const fs::path& file, const std::string& path) {
    const auto certificates = parse_certificates(read_file(file), path);
    const auto validity = validity_of(certificates.front());
    const auto now = utc_now();
    if (validity.not_after < now) {
        return {{"KubeletCertificate", Severity::error,
                 path + " expired at " + utc_text(validity.not_after) +
                     ": kubelet was off while it would have been renewed, and the API server "
                     "refuses it",
                 "run k8s-node-install, on a worker with a new token (--join); see token create on "
                 "a control plane"}};
    }
    if (validity.not_before > now) {
        return {{"KubeletCertificate", Severity::error,
                 path + " is valid from " + utc_text(validity.not_before) +
                     " on, which is later than this machine's clock",
                 "set the clock (timedatectl)"}};
    }
    return {};
}

} // namespace

Answer check_kubelet_certificates(const Subject& subject) {
    const std::string name = "KubeletCertificate";
    Findings findings;
    std::vector<std::string> seen;
    for (const auto* file : {"kubelet-client-current.pem", "kubelet-server-current.pem"}) {
        const auto path = std::string(directory) + "/" + file;
        if (path_exists(subject.root.at(path))) {
            append(findings, look_at(subject.root.at(path), path));
            seen.emplace_back(file);
        }
    }
    return {std::move(findings),
            {{name, seen.empty() ? "kubelet has none that it renews by itself"
                                 : join(seen, ", ") + " are valid"}},
            {}};
}

} // namespace k8s_node::doctor
