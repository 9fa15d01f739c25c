#include "support/curl.hpp"

#include <dlfcn.h>

namespace k8s_node {

namespace {

constexpr const char* library = "libcurl.so.4";

// Packaging tools read this ELF note instead of DT_NEEDED:
// https://uapi-group.org/specifications/specs/elf_dlopen_metadata/
asm(R"(
    .pushsection .note.dlopen, "a", %note
    .balign 4
    .long 4, 2f - 1f, 0x407c0c0a
    .asciz "FDO"
1:  .asciz "[{\"feature\":\"network\",\"description\":\"Downloads, probes and the API server\",\"priority\":\"required\",\"soname\":[\"libcurl.so.4\"]}]"
2:  .balign 4
    .popsection
)");

Error unusable() {
    const char* const why = ::dlerror();
    return Error(std::string("cannot load libcurl: ") + (why != nullptr ? why : library))
        .try_this("install libcurl's OpenSSL variant (on Debian: apt install libcurl4)");
}

/// Looks up the library's functions, each by its own name and type.
class Loader {
public:
    Loader() : library_(::dlopen(library, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE)) {
        if (library_ == nullptr) {
            throw unusable();
        }
    }

    template <typename Function>
    void take(Function& function, const char* name) const {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): POSIX hands out void*
        function = reinterpret_cast<Function>(::dlsym(library_, name));
        if (function == nullptr) {
            throw unusable();
        }
    }

private:
    void* library_; ///< never closed: its threads and hooks may outlive any caller
};

Curl load() {
    const Loader loader;
    Curl curl{};
    loader.take(curl.global_init, "curl_global_init");
    loader.take(curl.easy_init, "curl_easy_init");
    loader.take(curl.easy_cleanup, "curl_easy_cleanup");
    loader.take(curl.easy_reset, "curl_easy_reset");
    loader.take(curl.easy_setopt, "curl_easy_setopt");
    loader.take(curl.easy_getinfo, "curl_easy_getinfo");
    loader.take(curl.easy_strerror, "curl_easy_strerror");
    loader.take(curl.multi_init, "curl_multi_init");
    loader.take(curl.multi_cleanup, "curl_multi_cleanup");
    loader.take(curl.multi_add_handle, "curl_multi_add_handle");
    loader.take(curl.multi_remove_handle, "curl_multi_remove_handle");
    loader.take(curl.multi_setopt, "curl_multi_setopt");
    loader.take(curl.multi_socket_action, "curl_multi_socket_action");
    loader.take(curl.multi_info_read, "curl_multi_info_read");
    loader.take(curl.multi_strerror, "curl_multi_strerror");
    loader.take(curl.slist_append, "curl_slist_append");
    loader.take(curl.slist_free_all, "curl_slist_free_all");
    const auto code = curl.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        throw Error(std::string("cannot initialise libcurl: ") + curl.easy_strerror(code));
    }
    return curl;
}

} // namespace

const Curl& libcurl() {
    static const Curl curl = load();
    return curl;
}

std::future<void> load_libcurl_ahead() {
    return std::async(std::launch::async, [] {
        try {
            static_cast<void>(libcurl());
        } catch (const Error&) { // NOLINT(bugprone-empty-catch): who needs it is told
        }
    });
}

CurlHandle make_curl_handle() {
    CurlHandle handle(libcurl().easy_init());
    if (!handle) {
        throw Error("cannot create a libcurl handle: out of memory");
    }
    return handle;
}

void check_multi(CURLMcode code, const char* attempt) {
    if (code != CURLM_OK) {
        throw Error(std::string(attempt) + ": " + libcurl().multi_strerror(code));
    }
}

void append_line(CurlList& list, const std::string& line) {
    auto* const longer = libcurl().slist_append(list.get(), line.c_str());
    if (longer == nullptr) {
        throw Error("cannot extend a libcurl list: out of memory");
    }
    static_cast<void>(list.release());
    list.reset(longer);
}

} // namespace k8s_node
