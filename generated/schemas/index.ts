/* generated using openapi-typescript-codegen -- do not edit */
/* istanbul ignore file */
/* tslint:disable */
/* eslint-disable */

export { $AccountID } from './schemas/$AccountID.ts';
export { $CallLog } from './schemas/$CallLog.ts';
export { $CallLogsEmbeddedObject } from './schemas/$CallLogsEmbeddedObject.ts';
export { $CallLogsHalResponse } from './schemas/$CallLogsHalResponse.ts';
export { $DetailedInvalidParam } from './schemas/$DetailedInvalidParam.ts';
export { $ErrorResponse } from './schemas/$ErrorResponse.ts';
export { $FirstHref } from './schemas/$FirstHref.ts';
export { $FlatFault } from './schemas/$FlatFault.ts';
export { $GatewayFault } from './schemas/$GatewayFault.ts';
export { $LastHref } from './schemas/$LastHref.ts';
export { $Links } from './schemas/$Links.ts';
export { $NextHref } from './schemas/$NextHref.ts';
export { $PrevHref } from './schemas/$PrevHref.ts';
export { $SelfHref } from './schemas/$SelfHref.ts';
export { $TokenProblem } from './schemas/$TokenProblem.ts';
export { $ValidationErrorsResponse } from './schemas/$ValidationErrorsResponse.ts';
export { $WrappedFault } from './schemas/$WrappedFault.ts';
