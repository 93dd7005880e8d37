// Boost.JSON, compiled here once with our own flags, so that the sanitizers see into it.
#include <boost/json/src.hpp>
