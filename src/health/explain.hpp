// Explains responses and errors for people. Pure.
#pragma once

#include <string>
#include <string_view>

#include "health/async_prober.hpp"

namespace k8s_node {

/// Judges a complete HTTP response. For a failure, names the failed checks of Kubernetes' verbose
/// responses ("HTTP 500: [-]etcd failed"), or quotes the start of any other response.
[[nodiscard]] Attempt judge_answer(const Probe& probe, long status, std::string_view body);

/// Returns the system's message for use in a sentence: "connection refused".
[[nodiscard]] std::string explain_errno(int error_number);

/// Returns why a certificate file cannot be used: "… is missing", "… cannot be read: the mode or
/// owner of directory …", "… contains no certificate". Reads the file system.
[[nodiscard]] std::string explain_certificates_file(const std::string& path);

/// Returns the last part of an OpenSSL message, which is the meaningful one: "…:SSL
/// routines::tlsv13 alert certificate required" → "tlsv13 alert …".
[[nodiscard]] std::string_view without_openssl_prefix(std::string_view message);

} // namespace k8s_node
