// What an answer means, in words for people. Pure.
#pragma once

#include <string>
#include <string_view>

#include "health/prober.hpp"

namespace k8s_node {

/// Judges a complete HTTP answer. A no names the checks that failed in the
/// verbose answers of Kubernetes ("HTTP 500: [-]etcd failed"), or quotes the
/// beginning of any other answer.
[[nodiscard]] Attempt judge_answer(const Probe& probe, long status, std::string_view body);

/// "connection refused": the system's words in the middle of a sentence.
[[nodiscard]] std::string explain_errno(int error_number);

/// Why a file of certificates cannot be used: "… is missing", "… cannot be
/// read: directory /etc/kubernetes (mode 0700) lets only its owner through", "…
/// holds no certificate". Looks at the file system.
[[nodiscard]] std::string explain_certificates_file(const std::string& path);

/// The last part of an OpenSSL message that means something to people:
/// "…:SSL routines::tlsv13 alert certificate required" → "tlsv13 alert …".
[[nodiscard]] std::string_view without_openssl_prefix(std::string_view message);

} // namespace k8s_node
