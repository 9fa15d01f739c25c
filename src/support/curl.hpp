// libcurl, loaded when something first talks to the network: it pulls in two dozen libraries, and
// `--help` and a probe of a socket should not pay for them.
#pragma once

#include <future>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "support/error.hpp"

namespace k8s_node {

/// libcurl's functions under their own names, without the prefix `curl_`.
struct Curl {
    decltype(&curl_global_init) global_init;
    decltype(&curl_easy_init) easy_init;
    decltype(&curl_easy_cleanup) easy_cleanup;
    decltype(&curl_easy_reset) easy_reset;
    decltype(&curl_easy_setopt) easy_setopt;
    decltype(&curl_easy_getinfo) easy_getinfo;
    decltype(&curl_easy_strerror) easy_strerror;
    decltype(&curl_multi_init) multi_init;
    decltype(&curl_multi_cleanup) multi_cleanup;
    decltype(&curl_multi_add_handle) multi_add_handle;
    decltype(&curl_multi_remove_handle) multi_remove_handle;
    decltype(&curl_multi_setopt) multi_setopt;
    decltype(&curl_multi_socket_action) multi_socket_action;
    decltype(&curl_multi_info_read) multi_info_read;
    decltype(&curl_multi_strerror) multi_strerror;
    decltype(&curl_slist_append) slist_append;
    decltype(&curl_slist_free_all) slist_free_all;
};

/// Loads and initialises libcurl on the first call; it is never unloaded. May be called from
/// several threads. Throws Error where the library is missing or too old.
[[nodiscard]] const Curl& libcurl();

/// Begins to load it in the background, for a run that is busy with something else until it needs
/// it. If that fails, the first use of libcurl() says so. The result must be kept until then.
[[nodiscard]] std::future<void> load_libcurl_ahead();

struct FreeCurlHandle {
    void operator()(CURL* handle) const noexcept { libcurl().easy_cleanup(handle); }
};
using CurlHandle = std::unique_ptr<CURL, FreeCurlHandle>;

struct FreeCurlMulti {
    void operator()(CURLM* multi) const noexcept { libcurl().multi_cleanup(multi); }
};
using CurlMulti = std::unique_ptr<CURLM, FreeCurlMulti>;

struct FreeCurlList {
    void operator()(curl_slist* list) const noexcept { libcurl().slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, FreeCurlList>;

/// Creates a new handle. Throws Error.
[[nodiscard]] CurlHandle make_curl_handle();

/// Throws Error "<attempt>: <libcurl's message>" unless the call has succeeded.
void check_multi(CURLMcode code, const char* attempt);

/// Appends a copy of the line. Throws Error.
void append_line(CurlList& list, const std::string& line);

/// Sets one option of a handle. Throws Error if this libcurl rejects it.
template <typename Value>
void set_option(CURL* handle, CURLoption option, Value value) {
    const auto code = libcurl().easy_setopt(handle, option, value);
    if (code != CURLE_OK) {
        throw Error(std::string("libcurl rejects an option: ") + libcurl().easy_strerror(code));
    }
}

} // namespace k8s_node
