#ifndef CFAULTDISK_H
#define CFAULTDISK_H
#endif
